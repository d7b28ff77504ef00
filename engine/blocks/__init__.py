"""The blocks of a company tab as arrays: a module for each stretch of the model, in the order of the tab."""
