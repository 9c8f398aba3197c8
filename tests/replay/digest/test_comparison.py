"""Comparisons of recordings."""

from recordings_mcp.replay import Branch, Digest, compare_digests
from tests.replay.digest.story import PAY, click, digest_of, event, exception, failed_request, page


def visit(*addresses: str) -> Digest:
    return digest_of(*(page(3 * index, address) for index, address in enumerate(addresses)))


def pay_and_fail(after: float, *, status: int = 402) -> Digest:
    return digest_of(
        page(0, "shop.example/cart"),
        page(5, "/checkout"),
        click(after, PAY),
        failed_request(after + 1, status=status),
    )


def test_a_comparison_has_the_shared_path_and_where_it_diverges() -> None:
    found = compare_digests(
        [
            visit("shop.example/", "/products", "/products/7", "/cart", "/checkout"),
            visit("shop.example/products", "/cart", "/products/8", "/cart"),
            visit("shop.example/blog", "/products", "/cart", "/checkout"),
        ]
    )

    assert (found.way.pages, found.way.branches) == (
        ["/products", "/cart"],
        [Branch("/checkout", [0, 2]), Branch("/products/#", [1])],
    )


def test_pages_with_other_numbers_are_the_same_page() -> None:
    found = compare_digests([visit("shop.example/orders/7", "/a"), visit("shop.example/orders/12", "/b")])

    assert found.way.pages == ["/orders/#"]


def test_without_a_page_in_common_the_most_visited_are_listed() -> None:
    found = compare_digests([visit("shop.example/a", "/b"), visit("shop.example/b"), visit("shop.example/c")])

    assert (found.way.pages, found.way.popular) == ([], {"/b": 2})


def test_a_problem_of_several_recordings_has_a_moment_of_each() -> None:
    found = compare_digests([pay_and_fail(12), visit("shop.example/cart", "/checkout"), pay_and_fail(20)])

    trouble = found.troubles[0]
    assert (
        trouble.says,
        {index: moment.t for index, moment in trouble.moments.items()},
        trouble.evidence,
    ) == (
        "the same failed request (status 402)",
        {0: 12, 2: 20},
        'button "Pay now" [pay]: POST /api/payments, status 402 after 90 ms',
    )
    assert len(found.troubles) == 1
    assert found.finding == (
        "3 recordings compared: 2 blocked, 1 unclear. In common: the same failed request (status 402), in 2 of 3. "
        "All share 2 pages, to their last one."
    )


def test_the_same_control_that_failed_for_different_reasons_is_in_common() -> None:
    found = compare_digests([pay_and_fail(12), pay_and_fail(15, status=500)])

    assert [(trouble.says, trouble.evidence) for trouble in found.troubles] == [
        ("a failure at the same control", PAY)
    ]


def test_errors_are_the_same_whatever_numbers_are_in_them() -> None:
    found = compare_digests(
        [digest_of(exception(9, f"Error: order {number} is gone")) for number in (17, 204)]
    )

    assert found.troubles[0].says == "the same exception"


def test_a_comparison_says_if_nothing_is_in_common() -> None:
    bought = digest_of(page(0, "shop.example/checkout"), click(9, PAY), event(10, "order paid"))

    found = compare_digests([bought, visit("shop.example/blog")])

    assert found.finding == (
        "2 recordings compared: 1 reached, 1 unclear. No error and no friction is common to two of them. "
        "No page is in all of them."
    )


def test_one_recording_is_no_comparison() -> None:
    assert compare_digests([pay_and_fail(12)]).finding == "1 recording compared: 1 blocked."
