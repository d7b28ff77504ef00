"""The functions in Excel on Windows, without Excel at hand: what is written for it, all from the registry.

`cells` says what Excel hands over and takes back; `vba` writes the module that calls
Python; `project`, `compound` and `addin` put such modules into an add-in that Excel
opens. `udfs.com` is the side that answers, in Python.
"""
