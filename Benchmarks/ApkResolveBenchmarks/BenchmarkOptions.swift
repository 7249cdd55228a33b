/// What the suite is asked for.
struct BenchmarkOptions {
    static let help = """
        apkresolve-benchmarks [DIR… --keys-dir KEYS] [options]

        DIR               repositories to measure with (default: the fixture repository)
        --keys-dir KEYS   the keys that signed their indexes
        --filter TEXT     only benchmarks whose name contains TEXT
        --repetitions N   how often each is measured (default 11)
        --json            one line of JSON for each result
        --save FILE       write the ratios for a later --baseline
        --baseline FILE   fail where a ratio is more than a quarter above the saved one
        --plot DIR        measure how cost grows, and draw growth-size.svg and growth-versions.svg there
        --growth-to N     up to universes of N packages (default 100000)
        """

    var repositories: [String] = []
    var keys = "Fixtures/keys"
    var filter = ""
    var repetitions = 11
    var isJSON = false
    var saved: String?
    var baseline: String?
    var plots: String?
    var largest = 100_000

    /// - Returns: nil where the arguments are none of the above.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": isJSON = true
            case "--keys-dir", "--filter", "--repetitions", "--save", "--baseline", "--plot", "--growth-to":
                guard let value = rest.popFirst() else { return nil }
                switch argument {
                case "--keys-dir": keys = value
                case "--filter": filter = value
                case "--save": saved = value
                case "--baseline": baseline = value
                case "--plot": plots = value
                default:
                    guard let number = Int(value), number > 0 else { return nil }
                    if argument == "--repetitions" { repetitions = number } else { largest = number }
                }
            default:
                guard !argument.hasPrefix("-") else { return nil }
                repositories.append(argument)
            }
        }
        if repositories.isEmpty { repositories = ["Fixtures/repository"] }
    }
}
