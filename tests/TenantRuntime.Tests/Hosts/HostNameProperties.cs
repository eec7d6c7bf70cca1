using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using HostName = TenantRuntime.Hosts.HostName;

namespace TenantRuntime.Tests.Hosts;

public sealed partial class HostNameProperties
{
    [Fact]
    public void The_parser_accepts_exactly_what_the_grammar_says()
    {
        var characters = Gen.Frequency((8, Gen.Elements('a', 'b', 'Z', '0', '9')), (2, Gen.Elements('.', '-', ':')), (1, Gen.Elements('_', ' ', '\0', 'é', '/', '@', '%', '\u212A')));
        var hosts = Gen.ArrayOf(characters).Select(c => new string(c));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100_000).WithEndSize(80), Prop.ForAll(hosts.ToArbitrary(), host =>
        {
            var name = HostName.Parse(host, out var port);
            var expected = Grammar().Match(host);
            var isValid = expected.Success && expected.Groups["name"].Length <= HostName.MaxLength && Port(expected) is >= 0 and <= 65535;
            return !name.IsEmpty == isValid
                && (!isValid || (name.SequenceEqual(expected.Groups["name"].Value.ToLowerInvariant()) && port == Port(expected)));
        }));
    }

    private static int Port(Match match) => match.Groups["port"] switch
    {
        { Success: false } => 0,
        var port => int.Parse(port.Value) is var number and > 0 ? number : -1,
    };

    [GeneratedRegex("^(?<name>(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*)(:(?<port>[0-9]{1,5}))?$(?!\\n)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grammar();
}
