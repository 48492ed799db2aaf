"""Kind ``mechanism``: selling goods to buyers whose values are private."""
