"""Parts that the commands share: options, output, lazy loading and failure messages."""
