Private Sub Workbook_Open()
    'When Excel is at rest: while it starts, there is no workbook yet to describe functions in.
    On Error Resume Next
    Application.OnTime Now, "'" & Me.Name & "'!{describe}"
End Sub
