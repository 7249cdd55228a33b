internal import ApkImage

/// What only `image` takes.
struct ImageArguments: VerbArguments {
    var options = ImageOptions()
    var additions: [String] = []
    /// What added files belong to.
    var owner: (user: UInt32, group: UInt32) = (0, 0)
    var name: String?
    var bills: [BillOfMaterials.Format] = []
    var plansPull = false
    var reportsJSON = false

    static let entries: [OptionEntry] = output + contents + execution + description

    private static let output: [OptionEntry] = [
        .format(
            ImageDestination.Format.allCases.map(\.rawValue),
            "oci (a directory), oci-archive or docker-archive (default: by the output's name)"),
        OptionEntry(
            names: ["--layers"], value: "HOW", choices: LayerStrategy.allCases.map(\.rawValue),
            help: "package: each package's own bytes are a layer (default); origin: one a source package; single: one"
        ) { $0[ImageArguments.self].options.strategy = LayerStrategy(rawValue: $1) ?? .package },
        OptionEntry(
            names: ["--layer-budget"], value: "N", expectation: OptionEntry.positiveNumber(most: 1000),
            help: "the most layers (default: 100); packages beyond share some"
        ) { $0[ImageArguments.self].options.layerBudget = Int($1) ?? 100 },
        OptionEntry(
            names: ["--arch"], value: "ARCH", help: "architecture; again, or with commas, for an index of several"
        ) { $0.architecture = ($0.architecture.map { $0 + "," } ?? "") + $1 },
        OptionEntry(
            names: ["--tag"], value: "NAME[:TAG]", help: "what tools call the image (default: the first request)"
        ) {
            $0[ImageArguments.self].name = $1
        },
        OptionEntry(
            names: ["--sbom"], value: "FORM", choices: BillOfMaterials.Format.allCases.map(\.rawValue),
            help: "write what is in the image beside it, as SPDX 2.3 or CycloneDX 1.5; again for both"
        ) { invocation, form in
            guard let format = BillOfMaterials.Format(rawValue: form) else { return }
            if !invocation[ImageArguments.self].bills.contains(format) {
                invocation[ImageArguments.self].bills.append(format)
            }
        },
        OptionEntry(names: ["--report"], value: "FORM", choices: ["text", "json"], help: "text (default) or json") {
            $0[ImageArguments.self].reportsJSON = $1 == "json"
        },
        OptionEntry(
            names: ["--plan"], help: "say how many bytes a pull moves from A to B: locks, layouts or archives"
        ) { invocation, _ in invocation[ImageArguments.self].plansPull = true },
    ]

    private static let contents: [OptionEntry] = [
        OptionEntry(
            names: ["--add"], value: "DIR[:PATH]", help: "put a directory's contents, or a file, at PATH (default: /)"
        ) { $0[ImageArguments.self].additions.append($1) },
        OptionEntry(
            names: ["--add-owner"], value: "UID[:GID]",
            expectation: { owner(of: $0) == nil ? "numbers such as 1000:1000" : nil },
            help: "the owner of what is added (default: 0:0)"
        ) { if let owner = owner(of: $1) { $0[ImageArguments.self].owner = owner } },
    ]

    private static let execution: [OptionEntry] = [
        OptionEntry(
            names: ["--entrypoint"], value: "WORDS",
            help: "the program and its arguments, with commas: node,/app/server.js"
        ) { $0[ImageArguments.self].options.execution.entrypoint = words($1) },
        OptionEntry(names: ["--cmd"], value: "WORDS", help: "arguments that whoever runs it may replace, with commas") {
            $0[ImageArguments.self].options.execution.command = words($1)
        },
        OptionEntry(
            names: ["--env"], value: "KEY=VALUE", expectation: pair,
            help: "a variable of the environment; again for more"
        ) { $0[ImageArguments.self].options.execution.environment.append($1) },
        OptionEntry(names: ["--user"], value: "USER[:GROUP]", help: "whom it runs as (default: root)") {
            $0[ImageArguments.self].options.execution.user = $1
        },
        OptionEntry(
            names: ["--workdir"], value: "PATH", expectation: { $0.hasPrefix("/") ? nil : "an absolute path" },
            help: "where it runs"
        ) { $0[ImageArguments.self].options.execution.workingDirectory = $1 },
        OptionEntry(
            names: ["--port"], value: "PORT[/udp]",
            expectation: { port($0) == nil ? "a number such as 8080 or 53/udp" : nil },
            help: "a port that it listens on; again for more"
        ) { if let port = port($1) { $0[ImageArguments.self].options.execution.exposedPorts.append(port) } },
        OptionEntry(
            names: ["--volume"], value: "PATH", expectation: { $0.hasPrefix("/") ? nil : "an absolute path" },
            help: "a path with storage of its own; again for more"
        ) { $0[ImageArguments.self].options.execution.volumes.append($1) },
        OptionEntry(names: ["--stop-signal"], value: "SIGNAL", help: "what ends it, such as SIGTERM") {
            $0[ImageArguments.self].options.execution.stopSignal = $1
        },
    ]

    private static let description: [OptionEntry] = [
        OptionEntry(names: ["--label"], value: "KEY=VALUE", expectation: pair, help: "a label; again for more") {
            let (key, value) = split($1)
            $0[ImageArguments.self].options.execution.labels[key] = value
        },
        OptionEntry(
            names: ["--annotation"], value: "KEY=VALUE", expectation: pair, help: "an annotation; again for more"
        ) {
            let (key, value) = split($1)
            $0[ImageArguments.self].options.annotations[key] = value
        },
        OptionEntry(names: ["--source"], value: "URL", help: "where its source is (org.opencontainers.image.source)") {
            $0[ImageArguments.self].options.annotations["org.opencontainers.image.source"] = $1
        },
        OptionEntry(
            names: ["--revision"], value: "ID", help: "of which commit it is (org.opencontainers.image.revision)"
        ) {
            $0[ImageArguments.self].options.annotations["org.opencontainers.image.revision"] = $1
        },
    ]

    /// Words with commas between them.
    private static func words(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: true).map(String.init)
    }

    private static let pair: @Sendable (String) -> String? = { text in
        text.contains("=") && !text.hasPrefix("=") ? nil : "KEY=VALUE"
    }

    private static func split(_ text: String) -> (key: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    private static func owner(of text: String) -> (user: UInt32, group: UInt32)? {
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
        guard (1...2).contains(numbers.count), let user = numbers[0], let group = numbers.last ?? nil else {
            return nil
        }
        return (user, group)
    }

    /// `PORT/tcp` or `PORT/udp`.
    private static func port(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let number = UInt16(parts[0]), number > 0 else { return nil }
        let kind = parts.count == 2 ? String(parts[1]) : "tcp"
        return kind == "tcp" || kind == "udp" || kind == "sctp" ? "\(number)/\(kind)" : nil
    }
}
