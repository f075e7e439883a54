# 以 root 在该主机上运行，当前目录中要有程序文件 xinglin。令牌只用一次，{expires_at} 前有效。
# Run as root on that host, beside the program file `xinglin`. The token counts once, until {expires_at}.
set -e
install -d -m 755 /opt/xinglin-agent
install -m 755 xinglin /opt/xinglin-agent/xinglin
install -d -m 700 /var/lib/xinglin-agent
cat > /var/lib/xinglin-agent/authority.pem <<'END'
{authority}
END
/opt/xinglin-agent/xinglin agent enrol --server {server} --authority /var/lib/xinglin-agent/authority.pem <<'END'
{token}
END
/opt/xinglin-agent/xinglin agent install-unit
systemctl daemon-reload
systemctl enable --now xinglin-agent
