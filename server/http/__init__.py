"""HTTP: requests and replies as JSON, problem documents, security headers and OpenAPI."""
