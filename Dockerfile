# One recipe for every part of the suite: shared/, the command line and one service's code, run by a user without rights.
#   --target service --build-arg SERVICE=casework    the API, the background process and the migrations of a service
#   --target setup                                   no service's code: makes passwords and keys, mints tokens

FROM python:3.13-slim AS dependencies
RUN --mount=type=cache,target=/root/.cache/pip pip install 'uv==0.13.*'
WORKDIR /build
COPY pyproject.toml uv.lock ./
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=/opt/ridgeway
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev


FROM python:3.13-slim AS suite
# The number is known to the compose file: it lets the databases' and the broker's own users read what setup made.
RUN groupadd --gid 10001 ridgeway && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin ridgeway
COPY --from=dependencies /opt/ridgeway /opt/ridgeway
ENV PATH=/opt/ridgeway/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY services/__main__.py services/
COPY shared shared
RUN python -m compileall -q shared services
ENTRYPOINT ["python", "-m", "services"]


FROM suite AS setup
# A new volume takes the owner of the folder that it is mounted over.
RUN for service in referrals casework centres governance; do \
      install -d -o ridgeway -g ridgeway -m 0750 \
        /installation/$service/owner /installation/$service/api /installation/$service/background; \
    done \
 && install -d -o ridgeway -g ridgeway -m 0700 /installation/own \
 && install -d -o ridgeway -g ridgeway -m 0755 /installation/public-keys \
 && install -d -o ridgeway -g ridgeway -m 0750 /installation/broker
USER 10001:10001
CMD ["setup"]


FROM suite AS service
ARG SERVICE
COPY services/$SERVICE services/$SERVICE
RUN python -m compileall -q services
USER 10001:10001
EXPOSE 8000
