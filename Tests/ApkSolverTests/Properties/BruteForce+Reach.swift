import ApkFormats

extension BruteForce {
    /// Whether the names can be given to packages so that a walk from the requests comes by all of them.
    func isGrounded(_ set: Int, ignoringInstallIf: Bool = false) -> Bool {
        let members = universe.packages.indices.filter { set & 1 << $0 != 0 }
        var names: [String: [Int]] = [:]
        for member in members {
            for offer in offers[member] where !(names[offer.name] ?? []).contains(member) {
                names[offer.name, default: []].append(member)
            }
        }
        // Names with one provider leave no choice.
        let choices = names.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
        var chosen = names.mapValues { $0[0] }
        func tryAll(_ place: Int) -> Bool {
            guard place < choices.count else { return reaches(members, chosen, ignoringInstallIf) }
            return choices[place].value.contains { member in
                chosen[choices[place].key] = member
                return tryAll(place + 1)
            }
        }
        return tryAll(0)
    }

    private func reaches(_ members: [Int], _ chosen: [String: Int], _ ignoringInstallIf: Bool) -> Bool {
        var reached: Set<Int> = []
        var pending = universe.requests.filter { !$0.isConflict }.map(\.name)
        let set = members.reduce(0) { $0 | 1 << $1 }
        while true {
            while let name = pending.popLast() {
                guard let member = chosen[name], reached.insert(member).inserted else { continue }
                pending += universe.packages[member].dependencies.filter { !$0.isConflict }.map(\.name)
            }
            if ignoringInstallIf { break }
            let next = members.first { member in
                !reached.contains(member) && isTriggered(member, by: set)
                    && universe.packages[member].installIf.allSatisfy { condition in
                        condition.isConflict || reached.contains(chosen[condition.name] ?? -1)
                    }
            }
            guard let next else { break }
            reached.insert(next)
            pending += universe.packages[next].dependencies.filter { !$0.isConflict }.map(\.name)
        }
        return reached.count == members.count
    }

    /// Whether the tag leads to all packages of a set that only its repository has: from the requests that have it over
    /// dependencies and over `install_if` that came true.
    func areTagsMet(_ set: Int) -> Bool {
        let members = universe.packages.indices.filter { set & 1 << $0 != 0 }
        func isMet(_ dependency: Dependency, by member: Int, owner: Int?) -> Bool {
            !dependency.isConflict && meets(1 << member, dependency, owner: owner)
        }
        var reached = Set(
            members.filter { member in
                universe.requests.contains { $0.tag != nil && isMet($0, by: member, owner: nil) }
            })
        var grows = true
        while grows {
            let next = members.filter { member in
                reached.contains { giver in
                    universe.packages[giver].dependencies.contains { isMet($0, by: member, owner: giver) }
                        || isTriggered(member, by: set)
                            && universe.packages[member].installIf.contains { isMet($0, by: giver, owner: member) }
                }
            }
            grows = !reached.isSuperset(of: next)
            reached.formUnion(next)
        }
        return members.allSatisfy { !universe.packages[$0].isTagged || reached.contains($0) }
    }

    /// Whether a set answers the requests, holds nothing that nobody asks for, and comes from allowed repositories.
    func isTaggedAnswer(_ set: Int) -> Bool { isAnswer(set) && areTagsMet(set) && isGrounded(set) }
}
