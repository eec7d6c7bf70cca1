using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace TenantRuntime.Connections;

/// <summary>
/// Judges from a command's text whether it can leave anything in the session: settings, temporary objects, advisory
/// locks, listeners, cursors, prepared statements. It errs on the safe side: what is not known to be harmless counts.
/// </summary>
internal static class SessionState
{
    private const int MostRemembered = 4096;

    private static readonly ConcurrentDictionary<string, SqlEffect> Judged = new(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Statements = Words(
        "select insert update delete merge with values table begin start commit end rollback savepoint release abort");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Temporary = Words(
        "temp temporary pg_temp unlogged");

    // Words that may stand before a parenthesis: syntax, types with a length, and built-in functions without side effects.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Harmless = Words(
        """
        in any all some as on and or not exists values from where join using over filter within group by partition order select
        returning set when then else case union except intersect distinct conflict lateral with materialized is between like ilike similar array row
        limit offset interval cast extract end only default at having
        numeric decimal varchar character char varying bit time timestamp timestamptz
        count sum min max avg bool_and bool_or every string_agg array_agg json_agg jsonb_agg jsonb_object_agg json_object_agg stddev variance
        row_number rank dense_rank ntile lag lead first_value last_value nth_value percent_rank cume_dist
        coalesce nullif greatest least abs ceil ceiling floor round trunc mod power sqrt sign random exp ln log div width_bucket
        lower upper initcap length char_length character_length octet_length trim btrim ltrim rtrim lpad rpad left right substr substring position strpos
        replace translate repeat reverse concat concat_ws format split_part starts_with md5 encode decode ascii chr overlay quote_literal quote_ident to_hex
        regexp_replace regexp_match regexp_matches regexp_like regexp_count regexp_split_to_array regexp_split_to_table string_to_array array_to_string
        now clock_timestamp statement_timestamp transaction_timestamp date_trunc date_part date_bin age make_date make_time make_timestamp make_timestamptz
        make_interval to_char to_date to_timestamp to_number timezone justify_days justify_hours
        unnest array_length array_position array_positions array_append array_prepend array_cat array_remove array_replace cardinality array_upper array_lower
        generate_series generate_subscripts
        jsonb_build_object json_build_object jsonb_build_array json_build_array to_json to_jsonb jsonb_set jsonb_path_query jsonb_path_exists jsonb_extract_path
        jsonb_extract_path_text jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys jsonb_typeof jsonb_array_length
        json_array_elements row_to_json jsonb_strip_nulls
        to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline setweight
        gen_random_uuid current_setting current_database current_schema pg_advisory_xact_lock pg_try_advisory_xact_lock pg_advisory_xact_lock_shared
        pg_backend_pid pg_database_size pg_relation_size pg_total_relation_size pg_sleep pg_typeof hashtext nextval currval
        """);

    /// <summary>What the text tells. Of the same few texts, that come again and again, it is remembered.</summary>
    public static SqlEffect Of(string sql)
    {
        if (Judged.TryGetValue(sql, out var known))
        {
            return known;
        }

        var mayOutlive = MayOutlive(sql);
        var effect = new SqlEffect(mayOutlive, !mayOutlive && OnlyReads(sql));
        if (Judged.Count < MostRemembered)
        {
            Judged.TryAdd(sql, effect);
        }

        return effect;
    }

    private static bool OnlyReads(string sql) =>
        sql.AsSpan().TrimStart().StartsWith("select", StringComparison.OrdinalIgnoreCase) && !sql.Contains("nextval", StringComparison.OrdinalIgnoreCase) && !sql.Contains(';');

    private static bool MayOutlive(string sql)
    {
        var tokens = new SqlTokens(sql);
        var atStart = true;
        var wasName = false;
        var mayCall = false;
        var target = false;
        var qualified = false;
        Span<char> before = stackalloc char[SqlTokens.LongestWord];
        var beforeLength = 0;
        while (tokens.Next())
        {
            switch (tokens.Kind)
            {
                case SqlTokenKind.Word:
                    var word = tokens.Word;
                    if ((atStart && !Statements.Contains(word)) || Temporary.Contains(word) || IsSelectInto(word, before[..beforeLength]))
                    {
                        return true;
                    }

                    // A name after INTO or AS is followed by columns, not by arguments; in a schema, no name is known to be harmless.
                    target = qualified ? target : IsOneOf(before[..beforeLength], "into", "as");
                    mayCall = !target && (qualified || !Harmless.Contains(word));
                    qualified = false;
                    atStart = false;
                    wasName = true;
                    word.CopyTo(before);
                    beforeLength = word.Length;
                    continue;
                case SqlTokenKind.QuotedName:
                    target = qualified ? target : IsOneOf(before[..beforeLength], "into", "as");
                    mayCall = !target;
                    qualified = false;
                    wasName = true;
                    beforeLength = 0;
                    continue;
                case SqlTokenKind.Open when wasName && mayCall:
                    return true;
                case SqlTokenKind.Semicolon:
                    atStart = true;
                    break;
                case SqlTokenKind.Dot:
                    qualified = wasName;
                    continue;
                default:
                    atStart &= tokens.Kind == SqlTokenKind.Open;
                    break;
            }

            wasName = false;
            qualified = false;
            beforeLength = 0;
        }

        return tokens.IsUnfinished;
    }

    private static bool IsSelectInto(ReadOnlySpan<char> word, ReadOnlySpan<char> before) =>
        word is "into" && !IsOneOf(before, "insert", "merge");

    private static bool IsOneOf(ReadOnlySpan<char> word, string one, string other) => word.SequenceEqual(one) || word.SequenceEqual(other);

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(string words) =>
        words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
