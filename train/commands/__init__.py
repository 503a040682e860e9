"""The commands of training, one file each; they reach ``receiptgen`` through entry points."""
