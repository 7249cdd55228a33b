#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The command, from its arguments to its exit status.
package enum ApkResolveCommand {
    /// Runs the command.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Returns: 0 fine, 1 no solution, 2 wrong usage, 3 not trusted or not intact, 4 input or output, 5 malformed.
    package static func run(_ arguments: [String], console: Console) -> Int32 {
        // A file that reaches the size that the caller allows (`ulimit -f`) is an error like a full disk's, which is told
        // and cleared up after, instead of the end of the process. The helper program inherits this.
        signal(SIGXFSZ, SIG_IGN)
        let invocation: Invocation
        let verb: VerbEntry
        do throws(UsageError) { (invocation, verb) = try Invocation.parse(arguments) } catch {
            return fail(error, console)
        }
        console.setColor(invocation.color)
        if invocation.showsHelp || arguments.isEmpty {
            console.write(exactly: invocation.namesVerb ? Help.text(of: verb) : Help.overview)
            return console.flush() ? (invocation.showsHelp ? 0 : 2) : 4
        }
        if invocation.showsVersion {
            console.line("\(Help.version)")
            return console.flush() ? 0 : 4
        }
        if verb.writesTextToOutput, let path = invocation.output, !console.open(path) {
            console.error("\(console.red("error:")) \(path): cannot be written: \(systemMessage(errno))")
            return 4
        }
        let status: Int32
        do {
            status = try verb.run(invocation, console)
        } catch let error as UsageError {
            return fail(error, console)
        } catch {
            status = console.report(failureText(error), asJSON: invocation.wantsJSON)
        }
        guard console.finish() else {
            console.error("error: the output cannot be written; is the disk full or the pipe closed?")
            return 4
        }
        console.doLast()
        return status
    }

    private static func fail(_ error: UsageError, _ console: Console) -> Int32 {
        console.error("\(console.red("error:")) \(error.message)\nSee `apkresolve --help`.")
        return 2
    }
}
