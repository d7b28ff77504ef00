"""The functions in Excel on Mac, on the web and on Windows: an Office.js add-in and the server behind it.

A manifest tells Excel where the add-in is; functions.json tells it what functions
there are; functions.js takes their calls, all that Excel makes at once in one
request, to the server, which answers by the one boundary. All are made from the
registry. Nothing here imports a web framework before an application is asked for.
"""
