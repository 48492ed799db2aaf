"""Kind ``simulation``: a sender asks a simulator what the receiver would do, and then persuades her."""
