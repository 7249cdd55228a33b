package import ApkResolver
internal import ApkSolver

/// Says how an answer goes further than apk, which finds none.
package enum DetourText {
    /// One line for each choice that apk would not make; one general line where the difference is only the way there.
    package static func lines(_ resolution: Resolution) -> [DisplayText] {
        guard resolution.goesFurther else { return [] }
        let universe = resolution.universe
        let lines = resolution.detours.map { detour -> DisplayText in
            switch detour {
            case .olderVersion(let package, let newest):
                "\(universe.label(of: package)) instead of \(universe.version(of: newest)), which does not fit"
            case .virtualProvider(let package, let name):
                "\(universe.name(of: package)) for `\(name)`, which it provides without a version or priority"
            }
        }
        return ["apk finds no answer here; this one goes further:"]
            + (lines.isEmpty ? ["another choice than apk's first one was needed"] : lines).map { "  \($0)" }
    }
}
