"""What is moved: couplings, assignment markets, trading networks, delivery, and the linear programs behind them."""
