"""The zip package and its parts, as ECMA-376 names them."""
