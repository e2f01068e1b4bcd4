"""Commands that keep Earshot running: doctor, migrations, backups, who may come in."""
