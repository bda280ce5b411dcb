"""The outbox: messages and their deliveries, committed with the action that announces them."""
