"""When things happen in the background: the outbox relay, thin arq jobs that call services, cron."""
