"""How gunicorn serves the site, out of the box and in the container; the address comes on the command line."""

worker_class = "gthread"
workers = 2
threads = 4
preload_app = True
control_socket_disable = True
timeout = 30
graceful_timeout = 8
keepalive = 5
forwarded_allow_ips = ""  # settings.TRUSTED_PROXY decides whom to believe, not gunicorn
