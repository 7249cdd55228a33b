import ApkFormats
import ApkResolver
import ApkSolver
import Foundation
import Testing

/// The least answers on a real release. Skipped where it is absent, like ``GoldenAnswers``.
///
/// `APKRESOLVE_MINIMUM_LIST=FILE` writes where they are smaller than apk's answer, by how much and through which choice.
@Suite(.enabled(if: !Recorded.goldenFiles.isEmpty, "no recorded answers: set APKRESOLVE_GOLDEN"))
struct MinimumAnswers {
    /// The recorded requests that apk answers, the first ones in the order of their texts.
    static func requests(_ golden: Golden, _ count: Int) -> [String] {
        Array(golden.results.filter { $0.value.install != nil }.map(\.key).sorted().prefix(count))
    }

    @Test(arguments: Recorded.goldenFiles.filter { $0.lastPathComponent == "v3.19.json" })
    func neverLargerThanApks(_ file: URL) throws {
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        let resolver = Resolver(universe: try golden.load())
        let universe = resolver.universe
        var list: [String] = []
        let requests = Self.requests(golden, 200)
        #expect(requests.count == 200)
        for request in requests {
            let words = request.split(separator: " ").map(String.init)
            let usual = try resolver.resolve(words)
            #expect(usual.packages.map { universe.label(of: $0) } == golden.results[request]?.install)
            for objective in Objective.allCases {
                var options = ResolveOptions()
                options.minimize = objective
                let least = try resolver.resolve(words, options: options)
                let minimum = try #require(least.minimum)
                #expect(minimum.isProved, "\(request), \(objective)")
                #expect(minimum.value == Int(objective.cost(of: least.packages, in: universe)))
                #expect(minimum.usual == Int(objective.cost(of: usual.packages, in: universe)))
                #expect(minimum.value <= minimum.usual, "\(request), \(objective)")
                // What was found is an answer by itself.
                let again = try resolver.resolve(words, choosing: least.packages)
                #expect(again != nil, "\(request), \(objective)")
                guard minimum.value < minimum.usual else {
                    #expect(least.packages == usual.packages, "a tie goes to apk's choice: \(request), \(objective)")
                    continue
                }
                let choices = minimum.exchanges.map { exchange in
                    "\(universe.label(of: exchange.to)) instead of \(universe.label(of: exchange.from)) for \(exchange.name)"
                }
                list.append(
                    "\(objective.rawValue)\t\(request)\t\(minimum.usual)\t\(minimum.value)\t"
                        + "\(minimum.usual - minimum.value)\t\(choices.joined(separator: "; "))")
            }
        }
        #expect(list.count > 50)
        if let path = ProcessInfo.processInfo.environment["APKRESOLVE_MINIMUM_LIST"] {
            let header = "objective\trequest\tapk\tleast\tsaved\tchoices\n"
            try (header + list.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    @Test func alternativesAreAnswersThatDifferByTheirChoice() throws {
        let file = try #require(Recorded.goldenFiles.first { $0.lastPathComponent == "v3.19.json" })
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        let resolver = Resolver(universe: try golden.load())
        for (request, objective) in [("nodejs", nil), ("nodejs", .size), ("xfce4", nil), ("postfix", .packages)]
            as [(String, Objective?)]
        {
            var options = ResolveOptions()
            options.minimize = objective
            let resolution = try resolver.resolve([request], options: options)
            let alternatives = resolution.alternatives(limit: 100)
            #expect(!alternatives.isEmpty)
            for alternative in alternatives {
                #expect(try resolver.resolve([request], choosing: alternative.packages) != nil)
                #expect(!alternative.packages.contains(alternative.exchange.from))
                #expect(alternative.packages.contains(alternative.exchange.to))
                let before = Objective.size.cost(of: resolution.packages, in: resolver.universe)
                let after = Objective.size.cost(of: alternative.packages, in: resolver.universe)
                #expect(alternative.installedDifference == Int(after - before))
                if objective == .size { #expect(alternative.installedDifference >= 0) }
                if objective == .packages { #expect(alternative.packageDifference >= 0) }
            }
            #expect(resolution.alternatives(limit: 2) == Array(alternatives.prefix(2)))
        }
    }

    /// Every edge that `why` shows is in the index, word for word: followed in its text, not in our universe.
    @Test(arguments: ["nodejs", "xfce4"])
    func whyFollowsTheIndex(_ request: String) throws {
        let file = try #require(Recorded.goldenFiles.first { $0.lastPathComponent == "v3.19.json" })
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        let universe = try golden.load()
        let records = IndexRecords(String(decoding: universe.text, as: UTF8.self))
        let resolution = try Resolver(universe: universe).resolve([request])
        let step = max(1, resolution.packages.count / 20)
        let targets = stride(from: 0, to: resolution.packages.count, by: step).map { resolution.packages[$0] }
        #expect(targets.count >= min(18, resolution.packages.count))
        for target in targets {
            let list = resolution.chains(to: target, limit: 30)
            let shortest = try #require(resolution.shortestChain(to: target))
            #expect(list.chains.first?.count == shortest.count)
            for chain in list.chains + [shortest] {
                #expect(chain.first?.owner == nil && chain.last?.provider == target)
                for (place, edge) in chain.enumerated() {
                    if place > 0 { #expect(edge.owner == chain[place - 1].provider) }
                    let constraint = resolution.constraint(of: edge)
                    let provider = universe.label(of: edge.provider)
                    guard let owner = edge.owner else {
                        #expect(constraint.text == request && constraint.source == .request)
                        continue
                    }
                    let asking = universe.label(of: owner)
                    if edge.isCondition {
                        #expect(records.conditions(provider).contains(constraint.text))
                        #expect(records.meets(asking, constraint.text))
                    } else {
                        #expect(records.dependencies(asking).contains(constraint.text))
                        #expect(records.meets(provider, constraint.text))
                    }
                }
            }
        }
    }
}

/// The records of an index text, split at blanks, by `name-version`.
private struct IndexRecords {
    private var fields: [String: [Character: [String]]] = [:]

    init(_ text: String) {
        for record in text.components(separatedBy: "\n\n") {
            var values: [Character: [String]] = [:]
            for line in record.split(separator: "\n") {
                if let letter = line.first {
                    values[letter] = line.dropFirst(2).split(separator: " ").map(String.init)
                }
            }
            guard let name = values["P"]?.first, let version = values["V"]?.first else { continue }
            fields["\(name)-\(version)"] = fields["\(name)-\(version)"] ?? values
        }
    }

    func dependencies(_ label: String) -> [String] { fields[label]?["D"] ?? [] }
    func conditions(_ label: String) -> [String] { fields[label]?["i"] ?? [] }

    /// Whether a package is called so or provides the name, in the version that an `=` asks for.
    func meets(_ label: String, _ constraint: String) -> Bool {
        let name = String(constraint.prefix { !"<>=~".contains($0) })
        let wanted = constraint.hasPrefix(name + "=") ? String(constraint.dropFirst(name.count + 1)) : nil
        let own = "\(fields[label]?["P"]?.first ?? "")=\(fields[label]?["V"]?.first ?? "")"
        return ([own] + (fields[label]?["p"] ?? [])).contains { offer in
            let parts = offer.split(separator: "=", maxSplits: 1).map(String.init)
            return parts[0] == name && (wanted == nil || parts.last == wanted)
        }
    }
}
