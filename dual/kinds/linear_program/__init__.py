"""Kind ``linear-program``: linear and mixed-integer linear programs."""
