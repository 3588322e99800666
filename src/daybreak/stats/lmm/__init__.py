"""Linear mixed models: random intercepts and slopes, nested and crossed, by restricted or plain maximum likelihood."""
