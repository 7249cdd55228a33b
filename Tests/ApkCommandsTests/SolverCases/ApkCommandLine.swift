import ApkCommands
import ApkFormats
import ApkSolver

/// The arguments of one run of apk, as far as the recorded cases use them.
struct ApkCommandLine {
    var operation: Operation
    var options = Transcript.Options()
    var usesNetwork = true

    /// An argument that apk refuses, with the line that it prints.
    struct Refusal: Error {
        var text: String
    }

    init(_ words: [String]) throws {
        var applet: String?
        var arguments: [String] = []
        var flags: Set<String> = []
        var values: [String: [String]] = [:]
        let withValue: Set<String> = ["--ignore", "--preupgrade-depends", "--virtual"]
        let long = [
            "-t": "--virtual", "-u": "--upgrade", "-l": "--latest", "-a": "--available", "-r": "--rdepends",
            "-d": "--depends",
        ]
        var rest = words[...]
        while let word = rest.popFirst() {
            let option = long[word] ?? word
            if withValue.contains(option) {
                values[option, default: []].append(rest.popFirst() ?? "")
            } else if word.hasPrefix("-") {
                flags.insert(option)
            } else if applet == nil {
                applet = word
            } else {
                arguments.append(word)
            }
        }
        usesNetwork = !flags.contains("--no-network")
        options.isVerbose = flags.contains("-v") || flags.contains("--verbose")
        options.forcesBrokenWorld = flags.contains("--force-broken-world")
        switch applet {
        case "add": operation = try ApkCommandLine.add(arguments, flags, values)
        case "del": operation = .remove(arguments, recursive: flags.contains("--rdepends"))
        case "fix":
            operation = .fix(
                arguments, upgrades: flags.contains("--upgrade"), includesDependencies: flags.contains("--depends"))
        case "upgrade":
            var upgrade = Operation.Upgrade()
            upgrade.packages = arguments
            upgrade.ignored = values["--ignore"] ?? []
            upgrade.available = flags.contains("--available")
            upgrade.latest = flags.contains("--latest")
            upgrade.prunes = flags.contains("--prune")
            upgrade.preUpgrade = flags.isDisjoint(with: ["--preupgrade-only", "--self-upgrade-only"]) ? .none : .only
            upgrade.preUpgradeDependencies = try (values["--preupgrade-depends"] ?? []).map {
                try Dependency(parsing: $0)
            }
            operation = .upgrade(upgrade)
        default: throw Refusal(text: "unknown applet \(applet ?? "")\n")
        }
    }

    private static func add(
        _ arguments: [String], _ flags: Set<String>, _ values: [String: [String]]
    ) throws -> Operation {
        let requests = try arguments.map { argument in
            do { return try Dependency(parsing: argument) } catch {
                throw Refusal(
                    text: "ERROR: '\(argument)' is not a valid world dependency, format is name(@tag)([<>~=]version)\n")
            }
        }
        if let specifier = values["--virtual"]?.last {
            guard let virtual = Dependency(specifier), virtual.tag == nil,
                virtual.relation == .any || virtual.relation == .equal
            else { throw Refusal(text: "ERROR: \(specifier): bad package specifier\n") }
            let version = virtual.version.isEmpty ? "20260101.000000" : virtual.version
            return .addVirtual(name: virtual.name, version: version, requests)
        }
        var solverFlags: SolverFlags = []
        if flags.contains("--upgrade") { solverFlags.insert(.upgrade) }
        if flags.contains("--latest") { solverFlags.insert(.latest) }
        return .add(requests, flags: solverFlags)
    }
}
