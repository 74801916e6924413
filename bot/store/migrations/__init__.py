"""The store's versions, in order: NNNN_reason.sql."""
