"""The OAuth 2.0 server for apps of third parties: consent, tokens, and where they are found."""
