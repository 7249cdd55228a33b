import ApkCommands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

exit(ApkResolveCommand.run(Array(CommandLine.arguments.dropFirst()), console: Console(isLive: true)))
