"""Who got which version. The only door for training is `dispense`; nothing else here may be imported from outside."""
