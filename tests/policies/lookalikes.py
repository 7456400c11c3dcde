"""Variables that are secrets or placeholders, and others that only look so: for the rules and for the program."""

from __future__ import annotations

NAMES = [
    *("SMTP_PASS", "DB_PASS", "API_KEYS", "JWTSECRET", "jwtSecret", "DBPASSWORD", "apiKey", "AUTH_TOKENS"),
    *("SESSION_SECRET", "API_KEY_2", "SECRET_KEY_BASE", "DB_PWD", "VAPID_PRIVATE"),
]

VALUES = [
    "redis://:pw@redis:6379",
    "redis://default:pw@redis:6379",
    "https://hooks.slack.com/services/T0AB/B0CD/x1y2z3",
    "https://discord.com/api/webhooks/12345678/abc-DEF_123",
    "https://discordapp.com/api/webhooks/12345678/abc-DEF_123",
    "sk_live_0123456789abcdef",
    "glpat-0123456789abcdefghij",
    "gsk_0123456789abcdefghij0123",
    "hf_abcdefghijklmnopqrstuvwxyz",
    "SG.0123456789abcdefghij01.0123456789abcdefghij0123456789abcdefghij012",
    "https://0123456789abcdef0123456789abcdef@o4501.ingest.de.sentry.io/4502",
    "0123456789abcdef0123456789abcdef.AbCdEfGh12345678",
]

PLACEHOLDERS = [
    "https://yourdomain.com",
    "https://your-domain.com/x",
    "Chatzwa <noreply@example.com>",
    "https://a.example.com,https://real.host",
    "https://real.host, https://a.example.org",
    "insert-your-key-here",
    "replace_with_your_token",
    "change me",
    "changeme123",
    "<your key>",
]

SENTENCES = [
    "How can I help with your questions?",
    "Your AI assistant",
    "Do not change this text",
    "Enter your message here",
    "Chatzwa <chat@company.com>",
    "https://your.company.com",
    "bring-your-own-key",
    "exchange-items",
]

NO_SECRETS = [
    ("TOKEN_LIMIT", "4096"),
    ("TOKEN_LIMIT", "4k per minute"),
    ("MAX_TOKENS", "128000"),
    ("ZAI_MAX_TOKENS", "2000"),
    ("TOKEN_TTL", "7d"),
    ("ACCESS_TOKEN", "15m"),
    ("KEY_PREFIX", "chat-production-eu"),
    ("PASSWORD_MIN_LENGTH", "12"),
    ("REQUIRE_PASSWORD", "true"),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_0123456789abcdef"),
    ("VAPID_PUBLIC_KEY", "BNbxGYNMhEIi9zrneh7mqV4oUanjLUK3"),
    ("NEXT_PUBLIC_SUPABASE_ANON_KEY", "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl"),
    ("NEXT_PUBLIC_SENTRY_DSN", "https://0123456789abcdef0123456789abcdef@o4501.ingest.sentry.io/4502"),
    ("JWT_SECRET", "${{project.JWT_SECRET}}"),
    ("DB_PASSWORD_FILE", "/run/secrets/database"),
    ("TLS_KEY", "/etc/ssl/private/chat.pem"),
    ("KEYBOARD", "dvorak"),
    ("BYPASS", "images"),
    ("REGISTRY", "https://registry.company.com:5000/v2/@team"),
    ("UPSTREAM", "postgres://chat:${DB_PASSWORD}@db/chat"),
]
