"""Kind ``contract``: paying for effort that cannot be seen."""
