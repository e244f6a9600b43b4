"""Mail on screen: what waits in quarantine, mails dropped on the window, raw mails, who gets copies."""
