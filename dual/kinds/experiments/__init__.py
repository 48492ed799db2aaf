"""Kind ``experiment-menu``: a monopolist sells statistical experiments to buyers who know something already."""
