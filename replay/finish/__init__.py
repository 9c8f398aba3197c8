"""What only the whole recording shows, and analytics events merged in."""
