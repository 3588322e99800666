"""What changes messages: meaning to send one, having it answered, refusing a channel."""
