"""The functions in LibreOffice Calc: an extension that needs no SDK, and the worker that answers its calls.

`addin` and `link` run inside the office, on whatever Python it has; `worker` runs in
the Python that unitsheet is installed in. `extension` makes the .oxt from the registry,
with what `parameters` and `texts` say of each function; `office` finds the program and
puts the extension in.
"""
