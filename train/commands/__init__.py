"""The commands of training, a file each; they reach ``receiptgen`` through entry points."""
