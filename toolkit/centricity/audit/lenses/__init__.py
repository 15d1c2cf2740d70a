"""The five lenses of a customer-base audit, one file each.

The idea of five lenses is that of Fader, P., Hardie, B. and Ross, M. (2022), *The Customer-Base
Audit*, Wharton School Press; the calculations, where they differ, say so.
"""
