'Starts the Python that has unitsheet, through the library that xlwings has for this, as the add-in of
'xlwings does. What it starts stands here and nowhere else: xlwings itself would look first into the
'workbook that happens to be open, for a sheet that names a program.
Option Explicit
Option Private Module

#If Win64 Then
    Private Const LIBRARY As String = "xlwings64-{xlwings}.dll"
    Private Declare PtrSafe Function ActivateServer Lib "xlwings64-{xlwings}.dll" Alias "XLPyDLLActivateAuto" (ByRef found As Variant, Optional ByVal config As String = "", Optional ByVal mode As Long = 1) As Long
#Else
    Private Const LIBRARY As String = "xlwings32-{xlwings}.dll"
    Private Declare PtrSafe Function ActivateServer Lib "xlwings32-{xlwings}.dll" Alias "XLPyDLLActivateAuto" (ByRef found As Variant, Optional ByVal config As String = "", Optional ByVal mode As Long = 1) As Long
#End If
Private Declare PtrSafe Function LoadLibraryA Lib "kernel32" (ByVal path As String) As LongPtr

Private Const START_IT As Long = 1
Private Const END_IT As Long = -1
Private Const FAILED As Long = 1000

Private Function Folder() As String
    Folder = {folder}
End Function

Private Function FolderAbove() As String
    FolderAbove = {above}
End Function

Private Function StartCommand() As String
    StartCommand = {command}
End Function

Private Sub FindLibrary()
    If LoadLibraryA(Folder & "\" & LIBRARY) <> 0 Then Exit Sub
    If LoadLibraryA(FolderAbove & "\" & LIBRARY) <> 0 Then Exit Sub
    Err.Raise FAILED, Description:=LIBRARY & " is not in " & Folder & " nor in " & FolderAbove & "."
End Sub

Public Function XLPy() As Object
    Dim found As Variant
    FindLibrary
    If ActivateServer(found, StartCommand, START_IT) <> 0 Then Err.Raise FAILED, Description:=CStr(found)
    Set XLPy = found
End Function

Public Sub KillPy()
    Dim found As Variant
    FindLibrary
    If ActivateServer(found, StartCommand, END_IT) <> 0 Then Err.Raise FAILED, Description:=CStr(found)
End Sub
