"""Kind ``transport``: couple two discrete measures as well as possible, under side conditions."""
