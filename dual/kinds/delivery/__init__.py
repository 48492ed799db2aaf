"""Kind ``delivery-market``."""
