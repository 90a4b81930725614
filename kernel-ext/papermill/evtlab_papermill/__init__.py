"""Parameters of TypeScript and JavaScript notebooks for papermill."""
