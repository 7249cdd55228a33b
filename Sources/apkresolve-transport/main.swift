import ApkRepositories

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// The helper program of `apkresolve`, which starts it when there is something to fetch (`HelperTransport`). It fetches what
// it is asked for on standard input, and ends when that does.

guard isatty(0) == 0, CommandLine.arguments.count == 1 else {
    let text = "apkresolve-transport is started by apkresolve when it needs the network; it takes no arguments.\n"
    _ = text.withCString { write(2, $0, strlen($0)) }
    exit(2)
}
// libcurl ignores the upper-case name, because a CGI program's clients can set it; nobody else can.
if getenv("http_proxy") == nil, getenv("REQUEST_METHOD") == nil, let proxy = getenv("HTTP_PROXY") {
    setenv("http_proxy", proxy, 0)
}
TransportServer(URLSessionTransport()).run()
_exit(0)
