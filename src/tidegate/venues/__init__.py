"""How exchanges are spoken to: what differs between them, and what one of them may be asked."""
