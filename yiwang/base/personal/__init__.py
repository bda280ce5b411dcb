"""Personal data: encrypted columns with a blind index, masked by default, opened only for a purpose that is logged.

A model inherits `PersonalModel` and declares `phone = PersonalField("phone")`; the column `phone_index` comes with it.
`str(record.phone)` is the masked form, `filter(phone_index=blind("phone", text))` finds it, `unmask(…)` shows it to a
person. Keys are outside the database (`keyring`).
"""
