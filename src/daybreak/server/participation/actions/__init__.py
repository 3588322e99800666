"""What staff and the person themself change of a participation. Each is one transaction and one audit entry."""
