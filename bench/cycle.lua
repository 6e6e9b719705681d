-- wrk: the addresses of the file PATHS, one after the other.
local paths, n = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
request = function()
	n = n + 1
	return wrk.format("GET", paths[n % #paths + 1])
end
done = function(summary, latency)
	local e = summary.errors
	io.write(string.format("%.0f req/s, p50 %.2f ms, p99 %.2f ms, %.0f bytes each, %d failed\n",
		summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
		summary.bytes / summary.requests, e.status + e.connect + e.read + e.write + e.timeout))
end
