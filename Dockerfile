# recordings-mcp in a container: MCP over stdio, or over HTTP where RECORDINGS_MCP_HTTP is set. See docs/clients.md.

FROM python:3.13-slim-trixie AS build
WORKDIR /source
COPY . .
RUN python -m venv --without-pip /opt/recordings-mcp \
    && pip --python /opt/recordings-mcp/bin/python install --no-cache-dir --compile .

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="recordings-mcp" \
      org.opencontainers.image.description="MCP server that lets AI assistants watch PostHog session recordings" \
      org.opencontainers.image.licenses="MIT" \
      io.modelcontextprotocol.server.name="io.github.recordings-mcp/recordings-mcp"

# TLS is checked against the system's certificates: without them nothing could be reached.
RUN python -c "import ssl; assert ssl.create_default_context().get_ca_certs()" \
    && useradd --no-log-init --uid 10001 --no-create-home --shell /usr/sbin/nologin recordings

COPY --from=build /opt/recordings-mcp /opt/recordings-mcp
ENV PATH="/opt/recordings-mcp/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-m", "recordings_mcp.server.http.health"]
ENTRYPOINT ["recordings-mcp"]
