'The worksheet functions of unitsheet {version}. `unitsheet install excel` wrote this and writes it anew.
'
'There is no Option Explicit: where no reference to xlwings is set, XLPy then holds nothing, which can be
'said in a sentence, and is not a compile error.

Private Const PYTHON_MODULE As String = "{python_module}"
Private Const REST_SECONDS As Long = 30

Private server As Object
Private restUntil As Date
Private hasSpoken As Boolean

Private Function AnswerOf(ByVal functionName As String, ByVal given As Variant, ByVal others As Variant) As Variant
    Dim values As Variant
    Dim isNew As Boolean
    Dim isDead As Boolean
    values = ValuesOf(given, others)
    On Error GoTo failed
again:
    If server Is Nothing Then
        If Now < restUntil Then
            AnswerOf = CVErr({value})
            Exit Function
        End If
        isNew = True
        If isDead Then KillPy
        Set server = XLPy
    End If
    AnswerOf = CellsOf(server.CallUDF(PYTHON_MODULE, functionName, values))
    FallSilent
    Exit Function
failed:
    'A Python that has ended is started once more; one that cannot be reached then is left alone for a while,
    'since each attempt takes seconds and there may be thousands of cells.
    Set server = Nothing
    If Not isNew Then
        isDead = True
        Resume again
    End If
    restUntil = Now + TimeSerial(0, 0, REST_SECONDS)
    Say Err.Number, Err.Description
    AnswerOf = CVErr({value})
End Function

Private Function ValuesOf(ByVal given As Variant, ByVal others As Variant) As Variant
    Dim values() As Variant
    Dim place As Long
    Dim count As Long
    count = UBound(given) + 1
    ReDim values(0 To count + UBound(others))
    For place = 0 To UBound(given)
        values(place) = ValueOf(given(place))
    Next place
    For place = 0 To UBound(others)
        values(count + place) = ValueOf(others(place))
    Next place
    ValuesOf = values
End Function

Private Function ValueOf(ByVal given As Variant) As Variant
    If IsObject(given) Then
        ValueOf = ValueOfArea(given)
    Else
        ValueOf = given
    End If
End Function

Private Function ValueOfArea(ByVal area As Object) As Variant
    'The values of the cells go over in one piece; Python would have to ask for each area.
    If area.Areas.Count > 1 Then
        ValueOfArea = CVErr({value})
    Else
        ValueOfArea = BoundedArea(area).Value2
    End If
End Function

Private Function BoundedArea(ByVal area As Object) As Object
    'Of whole columns and rows, what is in use: a million blank cells take seconds.
    Dim used As Object
    Set BoundedArea = area
    If area.Rows.Count = area.Worksheet.Rows.Count Then
        Set used = area.Worksheet.UsedRange
        Set BoundedArea = area.Resize(used.Row + used.Rows.Count - 1)
    ElseIf area.Columns.Count = area.Worksheet.Columns.Count Then
        Set used = area.Worksheet.UsedRange
        Set BoundedArea = area.Resize(, used.Column + used.Columns.Count - 1)
    End If
End Function

Private Function CellsOf(ByVal found As Variant) As Variant
    Dim down As Long
    Dim across As Long
    If Not IsArray(found) Then
        CellsOf = CellOf(found)
        Exit Function
    End If
    If IsTable(found) Then
        For down = LBound(found, 1) To UBound(found, 1)
            For across = LBound(found, 2) To UBound(found, 2)
                found(down, across) = CellOf(found(down, across))
            Next across
        Next down
    Else
        For across = LBound(found) To UBound(found)
            found(across) = CellOf(found(across))
        Next across
    End If
    CellsOf = found
End Function

Private Function IsTable(ByRef found As Variant) As Boolean
    Dim last As Long
    On Error GoTo onlyOne
    last = UBound(found, 2)
    IsTable = True
    Exit Function
onlyOne:
    IsTable = False
End Function

Private Function CellOf(ByVal found As Variant) As Variant
    CellOf = found
    If VarType(found) <> vbString Then Exit Function
    Select Case found
{errors}
    End Select
End Function

Private Sub Say(ByVal number As Long, ByVal problem As String)
    Const OBJECT_REQUIRED As Long = 424
    Const CURE As String = "unitsheet: Python gave no answer. Run `unitsheet doctor`. "
    On Error Resume Next
    hasSpoken = True
    If number = OBJECT_REQUIRED Then
        Application.StatusBar = "unitsheet: tick xlwings in the VBA editor under Tools > References."
    Else
        Application.StatusBar = CURE & Left$(LastLine(problem), 180)
    End If
End Sub

Private Function LastLine(ByVal problem As String) As String
    'Of what Python says, the last line is what went wrong; the others are where.
    Do While Right$(problem, 1) = vbLf Or Right$(problem, 1) = vbCr
        problem = Left$(problem, Len(problem) - 1)
    Loop
    LastLine = Mid$(problem, InStrRev(problem, vbLf) + 1)
End Function

Private Sub FallSilent()
    If Not hasSpoken Then Exit Sub
    On Error Resume Next
    hasSpoken = False
    Application.StatusBar = False
End Sub

Public Sub {describe}()
    'Excel may refuse to describe the macros of a hidden workbook, such as an add-in.
    On Error GoTo hidden
    DescribeAll
    Exit Sub
hidden:
    If Not ThisWorkbook.IsAddin Then Exit Sub
    Resume shown
shown:
    On Error Resume Next
    ThisWorkbook.IsAddin = False
    DescribeAll
    ThisWorkbook.IsAddin = True
    ThisWorkbook.Saved = True
End Sub

Private Sub DescribeAll()
{groups}
End Sub

Private Sub Describe(ByVal functionName As String, ByVal summary As String, ByVal helps As Variant)
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & functionName, Description:=summary, _
        Category:="{category}", ArgumentDescriptions:=helps
End Sub

