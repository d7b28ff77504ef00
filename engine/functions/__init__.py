"""The worksheet functions: one module each, named for its function; add a module to add one."""
