"""The manifest: what Excel loads to know the add-in, and where to find the rest of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from engine.hosting import NAMESPACE

ICON_SIZES = (16, 32, 64, 80)
_NAME = "unitsheet"
_ABOUT = "Unit economics as worksheet functions: CAC, LTV, payback, runway and more, with units and sources."
_ABOUT_ZH = "单位经济学工作表函数：CAC、LTV、回本周期、现金跑道等，附单位与出处。"
_TIP = "Search the functions, fill them in and see the company table."
_TIP_ZH = "查找函数、填写参数、查看公司数据表。"

_TEMPLATE = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
           xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
           xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0"
           xsi:type="TaskPaneApp">
  <Id>{id}</Id>
  <Version>{version}</Version>
  <ProviderName>{name}</ProviderName>
  <DefaultLocale>en-US</DefaultLocale>
  <DisplayName DefaultValue="{name}"/>
  <Description DefaultValue={about}>
    <Override Locale="zh-CN" Value={about_zh}/>
  </Description>
  <IconUrl DefaultValue={icon_32}/>
  <HighResolutionIconUrl DefaultValue={icon_64}/>
  <SupportUrl DefaultValue={help}/>
  <AppDomains>
    <AppDomain>{base}</AppDomain>
  </AppDomains>
  <Hosts>
    <Host Name="Workbook"/>
  </Hosts>
  <Requirements>
    <Sets DefaultMinVersion="1.1">
      <Set Name="SharedRuntime" MinVersion="1.1"/>
    </Sets>
  </Requirements>
  <DefaultSettings>
    <SourceLocation DefaultValue={pane}/>
  </DefaultSettings>
  <Permissions>ReadWriteDocument</Permissions>
  <VersionOverrides xmlns="http://schemas.microsoft.com/office/taskpaneappversionoverrides"
                    xsi:type="VersionOverridesV1_0">
    <Hosts>
      <Host xsi:type="Workbook">
        <Runtimes>
          <Runtime resid="Pane.Url" lifetime="long"/>
        </Runtimes>
        <AllFormFactors>
          <ExtensionPoint xsi:type="CustomFunctions">
            <Script>
              <SourceLocation resid="Functions.Script"/>
            </Script>
            <Page>
              <SourceLocation resid="Pane.Url"/>
            </Page>
            <Metadata>
              <SourceLocation resid="Functions.Metadata"/>
            </Metadata>
            <Namespace resid="Functions.Namespace"/>
          </ExtensionPoint>
        </AllFormFactors>
        <DesktopFormFactor>
          <ExtensionPoint xsi:type="PrimaryCommandSurface">
            <OfficeTab id="TabHome">
              <Group id="Unitsheet.Group">
                <Label resid="Group.Label"/>
                <Icon>
{icons}
                </Icon>
                <Control xsi:type="Button" id="Unitsheet.Open">
                  <Label resid="Open.Label"/>
                  <Supertip>
                    <Title resid="Open.Label"/>
                    <Description resid="Open.Tip"/>
                  </Supertip>
                  <Icon>
{icons}
                  </Icon>
                  <Action xsi:type="ShowTaskpane">
                    <SourceLocation resid="Pane.Url"/>
                  </Action>
                </Control>
              </Group>
            </OfficeTab>
          </ExtensionPoint>
        </DesktopFormFactor>
      </Host>
    </Hosts>
    <Resources>
      <bt:Images>
{images}
      </bt:Images>
      <bt:Urls>
        <bt:Url id="Pane.Url" DefaultValue={pane}/>
        <bt:Url id="Functions.Script" DefaultValue={script}/>
        <bt:Url id="Functions.Metadata" DefaultValue={metadata}>
          <bt:Override Locale="zh-CN" Value={metadata_zh}/>
        </bt:Url>
      </bt:Urls>
      <bt:ShortStrings>
        <bt:String id="Functions.Namespace" DefaultValue="{namespace}"/>
        <bt:String id="Group.Label" DefaultValue="{name}"/>
        <bt:String id="Open.Label" DefaultValue="Functions">
          <bt:Override Locale="zh-CN" Value="函数"/>
        </bt:String>
      </bt:ShortStrings>
      <bt:LongStrings>
        <bt:String id="Open.Tip" DefaultValue={tip}>
          <bt:Override Locale="zh-CN" Value={tip_zh}/>
        </bt:String>
      </bt:LongStrings>
    </Resources>
  </VersionOverrides>
</OfficeApp>
"""


def add_in_id(base: str) -> str:
    """The id of the add-in that a server at `base` serves; the same every time."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{base}/unitsheet"))


def manifest(base: str, token: str, version: str) -> str:
    """The manifest of the add-in at `base`, such as https://localhost:8765.

    Task pane and functions share one page, which the token reaches in its address:
    who has the manifest may ask the server.
    """
    return _TEMPLATE.format(
        id=add_in_id(base),
        version=four_numbers(version),
        name=_NAME,
        namespace=NAMESPACE,
        base=base,
        about=quoteattr(_ABOUT),
        about_zh=quoteattr(_ABOUT_ZH),
        tip=quoteattr(_TIP),
        tip_zh=quoteattr(_TIP_ZH),
        icon_32=quoteattr(f"{base}/icon-32.png"),
        icon_64=quoteattr(f"{base}/icon-64.png"),
        icons="\n".join(_icons()),
        images="\n".join(_images(base)),
        help=quoteattr(f"{base}/taskpane.html"),
        pane=quoteattr(f"{base}/taskpane.html?token={token}"),
        script=quoteattr(f"{base}/functions.js"),
        metadata=quoteattr(f"{base}/functions.json"),
        metadata_zh=quoteattr(f"{base}/functions-zh.json"),
    )


def _icons() -> Iterator[str]:
    for size in (16, 32, 80):
        yield f'                    <bt:Image size="{size}" resid="Icon.{size}"/>'


def _images(base: str) -> Iterator[str]:
    for size in (16, 32, 80):
        yield f'        <bt:Image id="Icon.{size}" DefaultValue={quoteattr(f"{base}/icon-{size}.png")}/>'


def four_numbers(version: str) -> str:
    """A version as Office wants it: 0.1.0 is 0.1.0.0, and what a pre-release adds is left out."""
    numbers = re.findall(r"\d+", re.match(r"[\d.]*", version)[0])[:4]  # type: ignore[index]
    return ".".join([*numbers, *["0"] * (4 - len(numbers))])
