# The site, its workers and its beat: one image, five commands (docker-compose.yml). Runs as an ordinary user.

FROM node:22-bookworm-slim AS design
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund
COPY . .
RUN node launcher/style_sheets.cjs

FROM python:3.12-slim-bookworm AS packages
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app elections
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=design /build/node_modules node_modules
COPY --from=design /build/var/css var/css
RUN python -m launcher.assets \
    && rm -rf node_modules var/css \
    && SECRET_KEY=build-only python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p var/media var/bounces \
    && chown elections var/media var/bounces
USER elections
EXPOSE 8000
VOLUME /app/var/media
CMD ["python", "-m", "gunicorn", "-c", "launcher/gunicorn_conf.py", "--bind", "0.0.0.0:8000", "config.wsgi"]
