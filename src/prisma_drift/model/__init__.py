"""The ground: values only, frozen and slotted; everything else imports from here."""
